"""The waist of the house: a person's engagement, its papers, insurance and end."""

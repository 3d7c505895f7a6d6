"""Who held which duty when, for statements over many rows: by appointment, and standing in."""

# One row per duty: whose, which role, in which area with its length of code, from and to. `holds`
# says whether it still counts: a substitution that was ended does not, nor one of a closed account.
DUTIES = """(
    SELECT a.user_id, a.role, a.area_id, r.level, a.starts_on, a.ends_on, true AS holds
    FROM registry_appointment a JOIN registry_area r ON r.code = a.area_id
    UNION ALL
    SELECT d.substitute_id, d.role, d.area_id, l.level, greatest(d.starts_on, a.starts_on),
        least(d.ends_on, a.ends_on), d.ended_by_id IS NULL AND u.is_active
    FROM registry_delegation d JOIN registry_area l ON l.code = d.area_id
    JOIN kernel_user u ON u.id = d.absent_id
    JOIN registry_appointment a ON a.user_id = d.absent_id AND a.role = d.role
    JOIN registry_area r ON r.code = a.area_id
        AND left(d.area_id, r.level) = left(a.area_id, r.level)
)"""

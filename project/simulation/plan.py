"""How large a synthetic county is, and where its holders live."""

from dataclasses import dataclass
from itertools import islice

from project.kernel.months import Month, today

PROVINCE, CITY = "990000000000", "990200000000"
HOLDERS_A_VILLAGE = 40
MOST_VILLAGES = 900
MOST_TOWNSHIPS = 900
BATCH = 20_000


def last_full_month():
    return Month.of(today()).previous()


@dataclass(frozen=True)
class Size:
    """What to simulate: so many townships, each with so many holders, for so many months."""

    townships: int
    holders: int
    months: int
    seed: int
    last: Month
    fraud: bool = False
    funds: tuple = ("employment", "linking")
    leaves_last_open: bool = True
    checks_in: bool = True

    @property
    def county(self):
        """The code of the county of this seed; never the one of the sample township."""
        return f"9902{1 + self.seed % 99:02}000000"

    @property
    def total(self):
        return self.townships * self.holders

    def month_list(self):
        """The months, oldest first."""
        return [self.last.plus(back - self.months + 1) for back in range(self.months)]

    def township_codes(self):
        return [f"{self.county[:6]}{number:03}000" for number in range(101, 101 + self.townships)]

    def villages(self):
        """Every village in order as (code, index of its first holder, number of its holders)."""
        first = 0
        for township in self.township_codes():
            count = min(MOST_VILLAGES, -(-self.holders // HOLDERS_A_VILLAGE))
            for number in range(count):
                here = self.holders // count + (number < self.holders % count)
                yield f"{township[:9]}{number + 1:03}", first, here
                first += here

    def batches(self):
        """The villages in lists of about BATCH holders, so that memory never grows."""
        villages = self.villages()
        a_list = max(1, BATCH // max(1, min(self.holders, HOLDERS_A_VILLAGE)))
        a_list = max(1, min(a_list, BATCH * MOST_VILLAGES // max(self.holders, 1) or 1))
        while batch := list(islice(villages, a_list)):
            yield batch

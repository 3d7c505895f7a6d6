"""The list of posts (X-02): what is done where, for how much and from which fund."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts.imports.common import (
    county_faults,
    enter_units,
    fund_fault,
    funds_by_name,
    likeness,
    living_posts,
)
from posts.models import Post
from project.kernel.roles import Permission
from project.kernel.tables import Column
from project.kernel.texts import without_spaces
from registry.intake import Importer, at_most, log_all
from registry.models import Unit
from registry.places import Villages


def _room(count):
    if not 1 <= count <= 30_000:
        raise ValueError(_("A post has room for at least one person. Correct the number."))
    return count


class Posts(Importer):
    """Posts that exist already are entered as open; their approval was on paper."""

    kind = "posts"
    title = gettext_lazy("List of posts")
    permission = Permission.HOLDER_IMPORT
    columns = (
        Column("number", "岗位编号", ("编号",), rule=at_most(40)),
        Column("title", "名称", ("岗位名称",), rule=at_most(60)),
        Column("post_type", "类别", ("岗位类别",), rule=at_most(30)),
        Column("department", "主管部门", rule=at_most(80)),
        Column("village", "村代码", ("村(社区)", "村", "行政村", "区划代码")),
        Column("headcount", "人数", ("岗位数", "数量"), kind="integer", rule=_room),
        Column("standard", "标准", ("补贴标准", "补贴标准(元/月)"), kind="amount"),
        Column("fund", "资金来源"),
        Column("starts_on", "起", ("开始日期", "设岗日期"), kind="date"),
        Column("ends_on", "止", ("结束日期",), kind="date", required=False),
    )

    def check(self, rows):
        self.villages = Villages(self.reach, {row["village"] for row in rows})
        self.funds = funds_by_name()
        numbers = Post.objects.filter(number__in={row["number"] for row in rows})
        self.taken = set(numbers.values_list("number", flat=True))
        faults, placed = [], []
        for row in rows:
            faults += self._faults(row)
            try:
                placed.append((row, self.villages[row["village"]]))
            except ValueError as error:
                faults.append(self.fault(row, "village", error))
        faults += county_faults(self, placed) + self._likenesses(placed)
        again = _("The number stands in row %(row)s already. Each post has its own.")
        faults += self.repeats(rows, "number", lambda row: row["number"], again)
        self.counts = [(_("New posts"), len(rows))]
        return faults

    def _faults(self, row):
        yield from fund_fault(self, row, self.funds)
        if row["number"] in self.taken:
            sentence = _("A post with this number exists already. Delete the row.")
            yield self.fault(row, "number", sentence)
        if not row["standard"]:
            yield self.fault(row, "standard", _("A post pays something. Enter the standard."))
        if row["ends_on"] and row["ends_on"] < row["starts_on"]:
            yield self.fault(row, "ends_on", _("The post would end before it begins."))

    def _likenesses(self, placed):
        """Like posts of a village are one post: with those known, and within the file."""
        counties = {village.county_code for _row, village in placed}
        units = Unit.objects.filter(area__in=counties)
        units = {(unit.area_id, unit.name): unit.pk for unit in units}
        known = living_posts({village.pk for _row, village in placed})
        said, faults = {}, []
        for row, village in placed:
            name = (village.county_code, row["department"])
            key = self._likeness(row, village, units.get(name, name))
            if key in known:
                sentence = _("Post %(number)s of this village is the same. Raise its headcount.")
                number = {"number": known[key].number}
                faults.append(self.fault(row, "title", sentence % number))
            elif said.setdefault(key, row) is not row:
                sentence = _("Row %(row)s is the same post of this village. Add their numbers up.")
                faults.append(self.fault(row, "title", sentence % {"row": said[key].number}))
        return faults

    def _likeness(self, row, village, unit):
        fund = self.funds.get(without_spaces(row["fund"]))
        post = Post(
            area=village,
            title=row["title"],
            post_type=row["post_type"],
            fund=fund,
            standard=row["standard"],
        )
        key = likeness(post)
        return (*key[:3], unit, *key[4:])

    def commit(self, rows, *, file):
        villages = {row.number: self.villages[row["village"]] for row in rows}
        units = enter_units({(villages[r.number].county_code, r["department"]) for r in rows})
        posts = [self._post(row, villages[row.number], units) for row in rows]
        log_all(Post.objects.bulk_create(posts), "take_over", by=file.imported_by, note=file.name)

    def _post(self, row, village, units):
        return Post(
            state=Post.State.OPEN,
            area=village,
            department=units[village.county_code, row["department"]],
            fund=self.funds[without_spaces(row["fund"])],
            **{name: row[name] for name in ("number", "title", "post_type", "headcount")},
            **{name: row[name] for name in ("standard", "starts_on", "ends_on")},
        )

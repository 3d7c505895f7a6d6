"""A list of people who applied on paper: each row becomes an application of a registered person."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts import hire_flows
from posts.application_forms import phone_rule
from posts.models import Application, Hire, Post
from posts.recruitment import against_day, against_post, first_day, open_among, standing_calls
from project.kernel.roles import Permission
from project.kernel.secrets import digest
from project.kernel.tables import Column
from registry.access import in_areas
from registry.intake import Importer, at_most
from registry.models import Person
from registry.residents import by_id_number, id_rule, name_rule

SOURCE = "报名名册"


def _wish(row):
    """One person applies for one post once."""
    return row["id_number"], row["post"]


class Applications(Importer):
    """Applications go in as a clerk would take them one by one, or none of them does (F-03)."""

    kind = "applications"
    title = gettext_lazy("List of applicants")
    permission = Permission.HIRE_APPLY
    columns = (
        Column("name", "姓名", rule=name_rule),
        Column("id_number", "身份证号码", ("身份证号", "证件号码"), kind="id", rule=id_rule),
        Column("phone", "联系电话", ("电话", "手机号码", "手机号"), rule=phone_rule),
        Column("post", "岗位编号", ("申请岗位编号", "编号"), rule=at_most(40)),
        Column("applied_on", "报名日期", ("申请日期", "日期"), kind="date"),
    )

    def check(self, rows):
        self.people = by_id_number({row["id_number"] for row in rows})
        reached = Post.objects.filter(in_areas(self.reach), number__in={r["post"] for r in rows})
        self.posts = {post.number: post for post in reached.select_related("area")}
        self.calls = standing_calls(self.posts.values())
        self.under_way, self.waiting = self._under_way(), self._waiting()
        again = _("Row %(row)s says the same already. Delete one of the two.")
        faults = [fault for row in rows for fault in self._faults(row)]
        self.counts = [(_("New applications"), len(rows))]
        return faults + self.repeats(rows, "id_number", _wish, again)

    def _under_way(self):
        """Who has applied for which of the posts."""
        hires = Hire.objects.filter(post__in=self.posts.values(), state__in=Hire.UNDER_WAY)
        return set(hires.values_list("person", "post"))

    def _waiting(self):
        """Applications that people sent in themselves and nobody has taken up."""
        sent = Application.objects.filter(
            post__in=self.posts.values(), state=Application.State.RECEIVED
        )
        return set(sent.values_list("id_digest", "recruitment"))

    def _faults(self, row):
        yield from self._person_faults(row, self.people.get(row["id_number"]))
        post = self.posts.get(row["post"])
        if post is None:
            sentence = _(
                "No post of your areas has this number. Compare it with the list of posts."
            )
            yield self.fault(row, "post", sentence)
            return
        yield from self._post_faults(row, post)

    def _person_faults(self, row, person):
        if person is None:
            sentence = _(
                "This person is not registered. Register them, or import the people first."
            )
            yield self.fault(row, "id_number", sentence)
        elif not self.reaches(person.area_id):
            sentence = _(
                "This person is registered outside your areas. Ask the county to move them."
            )
            yield self.fault(row, "id_number", sentence)
        elif person.name != row["name"]:
            sentence = _("The ID number is registered for %(name)s. Compare it with the card.")
            yield self.fault(row, "name", sentence % {"name": person.name})

    def _post_faults(self, row, post):
        calls, day = self.calls.get(post.pk, []), row["applied_on"]
        for sentence in against_post(post):
            yield self.fault(row, "post", sentence)
        for sentence in against_day(calls, day):
            yield self.fault(row, "applied_on", sentence)
        person, call = self.people.get(row["id_number"]), open_among(calls, day)
        if person and (person.pk, post.pk) in self.under_way:
            sentence = _("%(name)s has applied for this post already. Delete the row.")
            yield self.fault(row, "id_number", sentence % {"name": person.name})
        elif call and (digest(row["id_number"]), call.pk) in self.waiting:
            sentence = _("The person applied on the phone. Take that up and delete the row.")
            yield self.fault(row, "id_number", sentence)

    def commit(self, rows, *, file):
        hires = [self._hire(row) for row in rows]
        hire_flows.apply_all(hires, by=file.imported_by, note=file.name)
        self._fill_in_phones(rows)

    def _hire(self, row):
        post = self.posts[row["post"]]
        return Hire(
            area_id=post.area_id,
            post=post,
            person=self.people[row["id_number"]],
            applied_on=row["applied_on"],
            source=SOURCE,
            starts_on=first_day(post),
        )

    def _fill_in_phones(self, rows):
        """Where the register has no phone, the one of the list is kept; none is written over."""
        lacking = {}
        for row in rows:
            person = self.people[row["id_number"]]
            if not person.phone:
                lacking[person.pk] = person
                person.phone = row["phone"]
        Person.objects.bulk_update(lacking.values(), ["phone"])

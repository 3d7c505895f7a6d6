"""Whose turn it is on a post."""

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from posts import forms, services
from posts.models import Post, PostProcess
from project.kernel.forms import NoteForm, ReasonForm
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record


def _due(post):
    """The day that was set when the post was handed on."""
    return post.due_on


@flow_for(Post)
class PostFlow(flow.Flow):
    """Take a post from the village's request to the day people may be hired.

    This flow says whose turn it is. What the post is, only Post.state says.
    """

    process_class = PostProcess
    process_title = _("Post")
    begun = {"draft": _("Ask for a post")}

    begin = starts_at_record()
    turn = by_state(
        {
            Post.State.DRAFTED: this.submit,
            Post.State.RETURNED: this.submit,
            Post.State.SUBMITTED: this.review,
            Post.State.REVIEWED: this.approve,
            Post.State.APPROVED: this.open,
        },
        otherwise=this.done,
    )
    submit = (
        Step(services.submit, title=_("Ask the township for the post"), form=NoteForm)
        .By(Permission.POST_SUBMIT)
        .Next(this.turn)
    )
    review = (
        Step(services.review, title=_("Review the request"), form=NoteForm, due=_due)
        .By(Permission.POST_REVIEW)
        .Next(this.turn)
    )
    approve = (
        Step(services.approve, title=_("Approve the post"), form=forms.UntilForm, due=_due)
        .By(Permission.POST_APPROVE)
        .Next(this.turn)
    )
    open = (
        Step(services.open_, title=_("Open the post"), form=NoteForm, due=_due)
        .By(Permission.POST_OPEN)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {
        "renew": Verb(
            services.renew,
            _("Renew for another term"),
            forms.UntilForm,
            permission=Permission.POST_APPROVE,
        ),
        "suspend": Verb(
            services.suspend, _("Suspend the post"), ReasonForm, permission=Permission.POST_CLOSE
        ),
        "resume": Verb(
            services.resume, _("Resume the post"), NoteForm, permission=Permission.POST_CLOSE
        ),
        "close": Verb(
            services.close, _("Close the post"), ReasonForm, permission=Permission.POST_CLOSE
        ),
        "send_back": Verb(
            services.send_back,
            _("Send back to the village"),
            ReasonForm,
            permission=Permission.POST_REVIEW,
        ),
        "reject": Verb(
            services.reject, _("Reject the request"), ReasonForm, permission=Permission.POST_APPROVE
        ),
    }


def draft(*, by, area, **need):
    """Write a request down and leave it with the village until it is submitted."""
    post = services.draft(by=by, area=area, **need)
    follow(post, by=by)
    return post

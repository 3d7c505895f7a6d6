"""The progress of long work, asked for again every two seconds until it ends."""

from django.views.generic import DetailView

from project.kernel.models import Job
from project.kernel.pages.navigation import Permitted


class JobPage(Permitted, DetailView):
    """A job as its owner sees it; the page itself on a visit, its moving part to htmx."""

    model = Job
    context_object_name = "job"
    template_name = "job.html"

    def get_queryset(self):
        return Job.objects.filter(by=self.request.user)

    def get_template_names(self):
        moving = self.request.headers.get("HX-Request") == "true"
        return ["components/progress.html" if moving else self.template_name]

    def get_context_data(self, **kwargs):
        ended = self.object.state in {Job.State.DONE, Job.State.FAILED}
        return super().get_context_data(**kwargs, title=self.object.title, ended=ended)

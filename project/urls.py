"""Where every page is mounted."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from contracts import signing_pages, verification_pages
from notices import complaint_pages, public
from posts import public as calls
from project import field_pages, phone_pages
from project.api.urls import mounted
from project.running import pages as running
from project.site import house
from registry import entrance_pages
from workrelief import public as projects

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", mounted()),
    path("login/", include(entrance_pages)),
    path("logout/", login_not_required(auth.LogoutView.as_view()), name="logout"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("notices/", include(public)),
    path("m/sign/", include(signing_pages)),
    path("m/", include(phone_pages)),
    path("field/", include(field_pages)),
    path("v/", include(verification_pages)),
    path("notices/", include(calls)),
    path("projects/", include(projects)),
    path("complaints/", include(complaint_pages)),
    path("", include(running)),
    path("", house.urls),
]

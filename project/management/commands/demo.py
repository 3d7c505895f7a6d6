"""Load the demo township, live its October, and say who can sign in."""

import sys

from django.conf import settings
from django.core.management.base import CommandError
from django.urls import get_resolver
from django.utils import translation

from project.commands import HouseCommand
from project.demo import people, story
from project.kernel.guards import Refused

WIDTH = 24


class Command(HouseCommand):
    help = "Load the demo county and run one whole month of it through the real services."

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError("The demo has known passwords and stays off a server in service.")
        assert get_resolver().url_patterns
        out = settings.VAR_DIR / "demo"
        out.mkdir(parents=True, exist_ok=True)
        with translation.override("zh-hans"):
            self.tell(story.steps(out))
            self.say_who()
        self.stdout.write(f"表单、发放清册和银行文件在 {out}")

    def tell(self, steps):
        """Walk the story and show how far it is."""
        for done, (title, act) in enumerate(steps):
            self.bar(done, len(steps), title)
            try:
                act()
            except Refused as refused:
                raise CommandError(f"{title}: " + " ".join(refused.messages)) from refused
        self.bar(len(steps), len(steps), "完成")
        self.stdout.write("")

    def bar(self, done, total, title):
        filled = WIDTH * done // total
        line = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total} {title}"
        end = "" if sys.stdout.isatty() else "\n"
        self.stdout.write(f"\r\033[K{line}" if not end else line, ending=end)
        self.stdout.flush()

    def say_who(self):
        self.stdout.write(f"\n登录用户（密码均为 {people.PASSWORD}）：")
        for username, name, role, place in people.logins():
            self.stdout.write(f"  {username:<10} {name}  {role} · {place}")

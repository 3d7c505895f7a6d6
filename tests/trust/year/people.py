"""People at work: each looks what waits for them, takes it, refuses it, or errs."""

import random
import threading
import time

from tests.trust.year.visitors import Visitor

API = "/api/v1"
ON_A_DAY = {
    ("sheets", "publicise"),
    ("pay-runs", "publicise"),
    ("exits", "notify"),
    ("contracts", "sign"),
    ("amendments", "agree"),
}
FILLED = {
    ("objections", "verify"): {"finding": "查阅签到记录，没有漏记。", "outcome": "unfounded"},
    ("objections", "reply"): {"answer": "经核实，签到记录完整，没有漏记。"},
}
# Whom people ring up when they have done their part; everybody else looks by themselves.
NEXT = {
    ("sheets", "confirm"): ("village_clerk",),
    ("sheets", "acknowledge"): ("township_reviewer",),
    ("sheets", "review"): ("village_supervisor",),
    ("pay-runs", "confirm"): ("township_officer",),
    ("pay-runs", "township_approve"): ("department_officer",),
    ("pay-runs", "department_approve"): ("finance_officer",),
    ("pay-runs", "finance_approve"): ("finance_officer",),
    ("pay-runs", "reconcile"): ("finance_officer",),
    ("corrections", "confirm"): ("finance_officer",),
    ("wage-batches", "sign"): ("relief_engineer",),
    ("wage-batches", "examine"): ("relief_owner",),
    ("wage-batches", "approve"): ("township_reviewer",),
}
# What may be sent back, and by whom it is sent back now and then.
BACK = {("sheets", "review"), ("pay-runs", "confirm"), ("pay-runs", "department_approve")}
SENT_BACK, ERRS, LOOKS = 0.02, 0.03, 0.02
PAGES = ["/", "/attendance/", "/payroll/", "/contracts/"]
REASONS = ["两天无记录", "人数有误", "请核对后再报"]


class Gate:
    """People work while the gate is open; whoever closes it waits until nobody is inside."""

    def __init__(self):
        self.inside, self.is_open, self.turn = 0, True, threading.Condition()

    def enter(self):
        with self.turn:
            self.turn.wait_for(lambda: self.is_open)
            self.inside += 1

    def leave(self):
        with self.turn:
            self.inside -= 1
            self.turn.notify_all()

    def close(self, seconds=120):
        with self.turn:
            self.is_open = False
            assert self.turn.wait_for(lambda: not self.inside, seconds), "somebody does not end"

    def open(self):
        with self.turn:
            self.is_open = True
            self.turn.notify_all()


class Worker(threading.Thread):
    """Somebody in an office: their inbox first, then errands, now and then something forbidden."""

    def __init__(self, year, somebody, seed):
        super().__init__(name=somebody.username, daemon=True)
        self.year, self.me, self.chance = year, somebody, random.Random(seed)
        self.line = Visitor(
            *(year.house, year.diary, self.chance),
            who=somebody.username,
            username=somebody.username,
            scheme="Bearer",
            secret=somebody.token,
            rate=year.fault_rate,
        )
        self.later, self.tried, self.rest, self.called = {}, {}, 1.0, threading.Event()

    def run(self):
        time.sleep(self.chance.random() * 3)
        while not self.year.over:
            self.year.gate.enter()
            try:
                busy = not self.year.over and self.act()
            except Exception as error:
                self.year.broken.append(f"{self.name}: {type(error).__name__}: {error}")
                raise
            finally:
                self.year.gate.leave()
            self.rest = 0.3 if busy else min(self.year.longest_rest, self.rest * 1.6 + 0.5)
            if self.called.wait(self.rest * (0.5 + self.chance.random())):
                self.called.clear()
                time.sleep(self.chance.random())
        self.line.close()

    def act(self):
        """One thing; whether there was anything to do."""
        if errand := self.year.errand_for(self.me):
            return self.year.run_errand(errand, self)
        if self.chance.random() < LOOKS:
            self.line.get(self.chance.choice(PAGES))
        if self.chance.random() < ERRS:
            self.err()
        if self.me.role == "township_officer" and self.chance.random() < LOOKS:
            asked = {"month": str(self.year.paid_month), "area": self.me.area}
            self.line.post(f"{API}/pay-previews", asked)
        tasks = self.waiting()
        if not tasks:
            return False
        self.take(self.chance.choice(tasks))
        return True

    def waiting(self):
        """What waits and was not refused a moment ago."""
        answer = self.line.get(f"{API}/tasks?limit=200")
        if answer.status != 200:
            return []
        now = time.monotonic()
        tasks = answer.json()["items"]
        self.year.seen.extend((one["kind"], one["record"], one["step"]) for one in tasks[:2])
        return [one for one in tasks if self.later.get(_key(one), 0) < now]

    def take(self, task):
        kind, step, at = task["kind"], task["step"], f"{API}/{task['kind']}/{task['record']}"
        if (kind, step) in BACK and self.chance.random() < SENT_BACK * self.year.fault_rate:
            note = {"note": self.chance.choice(REASONS)}
            answer = self.line.post(f"{at}/send_back", note)
            self.year.diary.took(f"{kind} send_back", answer.fine)
            return
        details = self.details(task)
        answer = self.line.post(f"{at}/{step}", details)
        if answer.status in (409, 422) and "note" in answer.json()["fields"]:
            answer = self.line.post(f"{at}/{step}", details | {"note": "年初预算已安排，已核实"})
        self.year.diary.took(f"{kind} {step}", answer.fine)
        if answer.fine:
            self.year.call(NEXT.get((kind, step), ()), task["area"])
        else:
            self.put_off(task, answer)
            self.year.heard(task, answer)

    def put_off(self, task, answer):
        """Whoever was refused tries again later, and much later what they could not fill in."""
        often = self.tried.get(_key(task), 0) + 1
        self.tried[_key(task)] = often
        wait = 60 if answer.status == 422 else min(30, 2.0 * often)
        self.later[_key(task)] = time.monotonic() + wait * (0.7 + self.chance.random())

    def details(self, task):
        """What the step asks to be filled in; the day is today."""
        step, day = task["step"], self.year.today.isoformat()
        if (task["kind"], step) in ON_A_DAY:
            return {"on": day}
        if step == "assign":
            officers = self.year.world.of("township_officer", town=f"{task['area'][:9]}000")
            return {"assignee": self.chance.choice(officers).username}
        if step == "demand":
            return {"on": day, "pay_to": "示例县财政局专户", "instalments": 1}
        if step == "repay":
            voucher = f"财退-{task['record']}"
            paid = {"way": "refund", "amount": "100.00", "voucher": voucher}
            return paid | {"received_on": day}
        return FILLED.get((task["kind"], step), {})

    def err(self):
        """What they saw others do, which is mostly not theirs: it is refused in words."""
        if not self.year.seen:
            return
        kind, record, step = self.chance.choice(list(self.year.seen))
        answer = self.line.ask("POST", f"{API}/{kind}/{record}/{step}", b"{}", "application/json")
        self.year.diary.took("something of others", answer.fine)


def _key(task):
    return task["kind"], task["record"], task["step"]

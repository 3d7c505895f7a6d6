"""What a step asks on its page is what its service takes."""

import inspect

from project.kernel.steps import FLOWS


def test_every_step_asks_only_for_what_its_service_takes():
    odd = []
    for model, flow in FLOWS.items():
        for name, verb in flow.verbs.items():
            takes = inspect.signature(verb.service).parameters
            if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in takes.values()):
                continue
            asked = verb.form.base_fields if verb.form else {}
            odd += [f"{model.__name__}.{name}: {field}" for field in asked if field not in takes]
    assert odd == []

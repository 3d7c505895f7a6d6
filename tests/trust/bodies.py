"""What is sent to the doors that read what is sent before they ask who sends it."""

from django.core.files.uploadedfile import SimpleUploadedFile

from payroll.models import Hold
from tests import given

NO_PICTURE = "00000000-0000-4000-8000-000000000000"


def of(scene):
    """{door: fields}; every other door is sent an empty form."""
    contract = scene.contracts[0]
    money = {"fund": "employment", "year": 2026, "amount": "1.00", "issued_on": "2026-10-01"}
    member = {
        "id_number": contract.person.id_number,
        "area": contract.area_id,
        "fund_line": 1,
        "trade": "普工",
        "category": "lifted",
        "rate": "100.00",
        "starts_on": "2026-10-01",
        "ends_on": "2026-11-30",
    }
    check_in = {"client_id": NO_PICTURE, "contract": contract.pk}
    file = SimpleUploadedFile("示例.csv", "列".encode())
    return {
        "attendance:assessed-score": {"side": "village"},
        "POST /check-ins": check_in | {"day": "2026-11-20", "source": "machine"},
        "POST /holdings": {"keys": [], "note": "分工调整"},
        "POST /holdings/{username}/leave": {"on": "2020-01-01", "note": "调离"},
        "POST /pay-lines/{number}/release": {
            "hold": Hold.objects.earliest("pk").pk,
            "reason": "已核实",
        },
        "POST /pay-previews": {"month": str(given.OCTOBER), "area": scene.place.town.code},
        "POST /bank-files/{number}/take": {"format": "X-07"},
        "POST /bank-files/{number}/check": {"file": file},
        "POST /renewals": {"hires": [scene.hire.pk]},
        "POST /comparisons/results": {"file": file},
        "POST /comparisons/{number}/take": {"purpose": "比对"},
        "POST /relief-projects/{number}/fund-lines": money,
        "POST /relief-projects/{number}/labour-plan": {"rows": []},
        "POST /relief-projects/{number}/members": member,
        "POST /relief-projects/{number}/wage-batches": {"month": str(given.OCTOBER)},
        "POST /plans/{number}/drawn/{person}/miss": {"why": "已外出务工"},
        "POST /visits/{number}/photos": {"client_id": NO_PICTURE, "picture": file},
        "POST /hits/{number}/examine": {"outcome": "cleared", "reason": "已入户核实"},
    }

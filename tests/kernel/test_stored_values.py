"""Months, amounts and sealed texts in a real table."""

from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction

from project.kernel.money import AmountField
from project.kernel.months import Month, MonthField
from project.kernel.secrets import EncryptedTextField


class Kept(models.Model):
    month = MonthField(null=True)
    amount = AmountField(null=True)
    number = EncryptedTextField(default="")

    class Meta:
        app_label = "kept"
        managed = False

    def __str__(self):
        return str(self.month)


@pytest.fixture
def table(db):
    with connection.schema_editor() as editor:
        editor.create_model(Kept)


@pytest.mark.usefixtures("table")
def test_values_come_back_as_they_went_in():
    Kept.objects.create(month=Month(2026, 10), amount=Decimal("800.00"), number="990123")

    kept = Kept.objects.get()

    assert (kept.month, kept.amount, kept.number) == (Month(2026, 10), Decimal("800.00"), "990123")


@pytest.mark.usefixtures("table")
def test_months_are_filtered_ordered_and_aggregated_as_months():
    Kept.objects.bulk_create(Kept(month=Month(2026, number)) for number in (9, 11, 10))

    assert Kept.objects.filter(month__gte=Month(2026, 10)).count() == 2
    assert Kept.objects.filter(month="2026-09", month__year=2026).exists()
    assert Kept.objects.filter(month__in=[Month(2026, 9)]).count() == 1
    assert Kept.objects.filter(month__range=(Month(2026, 9), Month(2026, 10))).count() == 2
    assert list(Kept.objects.order_by("month").values_list("month", flat=True)) == [
        Month(2026, number) for number in (9, 10, 11)
    ]
    assert Kept.objects.aggregate(models.Max("month")) == {"month__max": Month(2026, 11)}


@pytest.mark.usefixtures("table")
def test_bulk_updates_write_months_and_seal_texts():
    kept = Kept.objects.create(month=Month(2026, 9))
    kept.month, kept.number = Month(2026, 10), "6217"

    Kept.objects.bulk_update([kept], ["month", "number"])
    Kept.objects.filter(month=Month(2026, 10)).update(amount=models.F("amount"))

    kept.refresh_from_db()
    assert (kept.month, kept.number) == (Month(2026, 10), "6217")


@pytest.mark.usefixtures("table")
def test_the_database_keeps_only_first_days():
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute("INSERT INTO kept_kept (month, number) VALUES ('2026-10-02', '')")


@pytest.mark.usefixtures("table")
def test_the_database_never_holds_the_number_itself():
    Kept.objects.create(number="990123197001010122")

    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM kept_kept")
        assert b"990123197001010122" not in bytes(cursor.fetchone()[0])


@pytest.mark.usefixtures("table")
def test_an_amount_beyond_the_column_is_refused():
    with pytest.raises(DataError), transaction.atomic():
        Kept.objects.create(amount=Decimal("1000000000000.00"))

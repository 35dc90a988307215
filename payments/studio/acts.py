"""Who may act on payments."""

from core.acts import for_staff

MAY_HANDLE_PAYMENTS = "payments.change_webhookevent"

for_payments = for_staff(MAY_HANDLE_PAYMENTS)

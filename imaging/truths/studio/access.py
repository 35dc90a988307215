"""Who may do what with truths; the groups are in escan/roles.py."""

from core.acts import for_staff

MAY_WRITE = "imaging.change_opinion"
MAY_PUBLISH = "imaging.add_truth"

for_experts = for_staff(MAY_WRITE)
for_publishers = for_staff(MAY_WRITE, MAY_PUBLISH)

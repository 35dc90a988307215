import imaging.incoming.studio
import imaging.panel.studio
import imaging.studies.studio
import imaging.testsets.studio
import imaging.truths.studio  # noqa: F401

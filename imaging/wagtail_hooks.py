import imaging.incoming.studio
import imaging.panel.studio
import imaging.studies.studio
import imaging.testsets.studio  # noqa: F401

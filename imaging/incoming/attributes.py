"""Of a DICOM file what may be kept: each attribute by its name, with what its value may be. Everything else is gone.

No free text is among them, and no date, place, person, device, private tag or identifier: names hide in all of these.
A value that is not what it should be is dropped, for a name may stand in any field.
"""

from collections.abc import Callable
from typing import Any

Check = Callable[[Any], object | None]


def terms(*allowed: str) -> Check:
    def check(value: Any) -> object | None:
        term = str(value).strip().upper() if isinstance(value, str) else ""
        return term if term in allowed else None

    return check


def number(low: float, high: float) -> Check:
    def check(value: Any) -> object | None:
        try:
            found = float(value)
        except (TypeError, ValueError):
            return None
        return f"{found:.6g}" if low <= found <= high else None

    return check


def whole(low: int, high: int) -> Check:
    def check(value: Any) -> object | None:
        kept = number(low, high)(value)
        return None if kept is None else int(float(str(kept)))

    return check


YES_NO = terms("YES", "NO")
KEPT: dict[str, Check] = {
    "PatientSex": terms("F", "M", "O"),
    "PresentationIntentType": terms("FOR PRESENTATION"),
    "KVP": number(15, 60),
    "ExposureTime": whole(1, 10_000),
    "XRayTubeCurrent": whole(1, 1_000),
    "Exposure": whole(1, 1_000),
    "ExposureInuAs": whole(1, 1_000_000),
    "FocalSpots": number(0.05, 1),
    "AnodeTargetMaterial": terms("TUNGSTEN", "MOLYBDENUM", "RHODIUM"),
    "FilterMaterial": terms("MOLYBDENUM", "RHODIUM", "SILVER", "ALUMINUM", "COPPER"),
    "FilterType": terms("NONE", "STRIP", "FLAT"),
    "Grid": terms("NONE", "FIXED", "RECIPROCATING", "FOCUSED"),
    "BodyPartThickness": number(1, 200),
    "CompressionForce": number(0, 300),
    "PositionerPrimaryAngle": number(-180, 180),
    "PositionerType": terms("MAMMOGRAPHIC", "NONE"),
    "DistanceSourceToDetector": number(200, 1500),
    "DistanceSourceToPatient": number(200, 1500),
    "EstimatedRadiographicMagnificationFactor": number(1, 3),
    "OrganDose": number(0, 1),
    "EntranceDoseInmGy": number(0, 100),
    "HalfValueLayer": number(0, 5),
    "RelativeXRayExposure": whole(0, 100_000),
    "DetectorType": terms("DIRECT", "SCINTILLATOR", "STORAGE", "FILM"),
    "ExposureControlMode": terms("MANUAL", "AUTOMATIC"),
    "PixelIntensityRelationship": terms("LIN", "LOG", "DISP"),
    "PixelIntensityRelationshipSign": whole(-1, 1),
    "BreastImplantPresent": YES_NO,
    "PartialView": YES_NO,
    "LossyImageCompression": terms("00", "01"),
}

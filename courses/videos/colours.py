"""A video's colours as every screen shows them: BT.709, tagged so (docs/decisions/0041-one-length-and-one-colour.md).

Telephones record in HLG and BT.2020, cameras in PQ; ten bits, and light that no common screen has. Taken as they are
they look grey, and differ from browser to browser.
"""

from courses.videos.probing import Colour

HDR = ("arib-std-b67", "smpte2084")  # HLG, PQ
# What zscale knows by ffmpeg's names. All else is taken for BT.709, as what is not said.
MATRICES = {"bt709", "fcc", "bt470bg", "smpte170m", "smpte240m", "bt2020nc", "bt2020c", "gbr"}
PRIMARIES = {"bt709", "bt470m", "bt470bg", "smpte170m", "smpte240m", "film", "bt2020", "smpte431", "smpte432"}
TRANSFERS = {"bt709", "bt470m", "bt470bg", "smpte170m", "linear", "iec61966-2-1", "bt2020-10", "bt2020-12", *HDR}
# Nits that become the white of a page, as ITU-R BT.2408 has it; what is brighter is bent to fit.
WHITE = 203

TAGGED = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"


def to_bt709(colour: Colour) -> list[str]:
    """The filters that make these colours eight bits of BT.709."""
    is_hdr = colour.transfer in HDR
    otherwise = ("bt2020nc", "bt2020") if is_hdr else ("bt709", "bt709")
    matrix = colour.matrix if colour.matrix in MATRICES else otherwise[0]
    primaries = colour.primaries if colour.primaries in PRIMARIES else otherwise[1]
    transfer = colour.transfer if colour.transfer in TRANSFERS else "bt709"
    full = "pc" if colour.is_full_range else "tv"
    said = f"setparams=colorspace={matrix}:color_primaries={primaries}:color_trc={transfer}:range={full}"
    ready = "zscale=matrix=bt709:primaries=bt709:transfer=bt709:range=tv"
    if is_hdr:
        light = f"zscale=transfer=linear:npl={WHITE},format=gbrpf32le,zscale=primaries=bt709"
        bent = "tonemap=mobius:desat=0,sidedata=delete"
        return [said, light, bent, ready, "format=yuv420p", TAGGED]
    if (matrix, primaries, transfer, full) != ("bt709", "bt709", "bt709", "tv"):
        return [said, ready, "format=yuv420p", TAGGED]
    return ["format=yuv420p", TAGGED]

"""Files of DICOM and PNG: read rightly, or refused with the reason and at little cost."""

import struct
import tracemalloc
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    RLELossless,
)

from imaging.incoming.blanking import blank_air
from imaging.incoming.dicom import PROJECTIONS, read_dicom
from imaging.incoming.errors import FileRefused
from imaging.incoming.pictures import Picture, show
from imaging.incoming.png import read_png
from imaging.incoming.rebuilding import PROJECTIONS as CODES
from imaging.incoming.rebuilding import rebuild
from imaging.incoming.services import read_file
from tests.imaging.incoming.files import COLUMNS, ROWS, draw_breast, make_dataset, save, save_dicom

BREAST = draw_breast()


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "x.dcm"


# --- Read rightly -------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [8, 12, 14, 16])
def test_any_depth_is_stretched_to_twelve_bits(file, bits):
    pixels = draw_breast(top=(1 << bits) - 1)
    shown = show(read_dicom(save_dicom(file, pixels, bits=bits)))
    expected = np.rint(pixels / pixels.max() * 4095)
    assert shown.dtype == np.uint16
    assert np.abs(shown - expected).max() <= 1


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_both_orders_of_bytes(file, syntax):
    dataset = make_dataset()
    if syntax == ExplicitVRBigEndian:
        dataset["PixelData"].value = BREAST.astype(">u2").tobytes()
    assert (read_dicom(save(dataset, file, syntax)).stored == BREAST).all()


def test_jpeg_2000_without_loss(file):
    dataset = compress(make_dataset(bits=16), BREAST)
    assert (read_dicom(save(dataset, file, JPEG2000Lossless)).stored == BREAST).all()


def compress(dataset: Dataset, pixels: np.ndarray) -> Dataset:
    written = BytesIO()
    Image.fromarray(pixels.astype(np.uint16)).save(written, "JPEG2000", no_jp2=True, irreversible=False)
    dataset["PixelData"].value = encapsulate([written.getvalue()])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return dataset


def test_monochrome1_is_turned_round(file):
    """Its least value is white: air is high, and black once it is shown."""
    picture = read_dicom(save_dicom(file, 4095 - BREAST, PhotometricInterpretation="MONOCHROME1"))
    assert np.abs(show(picture) - np.rint(BREAST / BREAST.max() * 4095)).max() <= 1
    assert show(blank_air(picture))[0, -1] == 0


def test_signed_pixels_and_a_slope(file):
    pixels = BREAST.astype(np.int32) - 2048
    dataset = make_dataset(PixelRepresentation=1, RescaleSlope="2", RescaleIntercept="4096")
    dataset["PixelData"].value = (pixels & 0xFFF).astype("<u2").tobytes()
    picture = read_dicom(save(dataset, file))
    assert (picture.stored == pixels).all()
    assert np.abs(show(picture) - np.rint(BREAST / BREAST.max() * 4095)).max() <= 1


@pytest.mark.parametrize(
    ("function", "low", "middle", "high"),
    [(None, 0, 2048, 4095), ("LINEAR_EXACT", 0, 2048, 4095), ("SIGMOID", 491, 2048, 3607)],
)
def test_window_is_the_files_own(file, function, low, middle, high):
    pixels = BREAST.copy()
    pixels[0, :3] = 1000, 2000, 3001
    fields = {"WindowCenter": ["2000", "900"], "WindowWidth": ["2000", "10"], "VOILUTFunction": function}
    shown = show(read_dicom(save_dicom(file, pixels, **fields)))
    assert [int(value) for value in shown[0, :3]] == pytest.approx([low, middle, high], abs=3)


def test_table_of_gray_levels_is_used(file):
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [4096, 0, 10])
    item.add_new("LUTData", "OW", (1023 - np.arange(4096) // 4).astype("<u2").tobytes())
    picture = read_dicom(save_dicom(file, VOILUTSequence=[item], WindowCenter="1", WindowWidth="2"))
    assert np.abs(show(picture) - np.rint((1023 - BREAST // 4) / 1023 * 4095)).max() <= 1


def test_size_of_a_pixel_is_that_in_the_breast(file):
    assert read_dicom(save_dicom(file, EstimatedRadiographicMagnificationFactor="1.25")).mm_per_pixel == 0.4
    assert read_dicom(save_dicom(file, PixelSpacing=["0.07", "0.07"])).mm_per_pixel == 0.07
    assert read_dicom(save_dicom(file, ImagerPixelSpacing=None)).mm_per_pixel is None
    assert read_dicom(save_dicom(file, PixelSpacing=["70", "70"], ImagerPixelSpacing=None)).mm_per_pixel is None


def test_view_is_told_where_it_is_one_of_ours(file):
    picture = read_dicom(save_dicom(file, ImageLaterality="R", ViewPosition="MLO"))
    assert (picture.side, picture.projection) == ("R", "MLO")
    for other in ("XCCL", "ML"):
        assert read_dicom(save_dicom(file, ViewPosition=other)).projection == ""


def test_each_view_that_comes_in_has_a_code_to_be_written_with():
    assert set(CODES) == PROJECTIONS == {"CC", "MLO"}


def test_bits_above_the_stored_ones_are_dropped(file):
    """Old files keep an overlay there, with whatever was written in it."""
    dataset = make_dataset()
    dataset["PixelData"].value = (BREAST | 0x8000).astype("<u2").tobytes()
    assert (read_dicom(save(dataset, file)).stored == BREAST).all()


# --- The air ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["L", "R"])
def test_air_is_blanked_and_the_breast_is_not_touched(side):
    pixels = draw_breast(side=side)
    label = np.s_[5:20, 90:115] if side == "L" else np.s_[5:20, 5:30]
    pixels[label] = 3000
    blanked = blank_air(Picture(pixels, 12)).stored
    assert blanked[label].max() == 0
    breast = draw_breast(side=side) > 0
    assert (blanked[breast] == pixels[breast]).all()


def test_noise_of_a_film_is_air_too():
    noise = np.random.default_rng(1).integers(100, 220, BREAST.shape).astype(np.uint16)
    blanked = blank_air(Picture(np.maximum(BREAST, noise), 12)).stored
    assert (blanked[:12] == blanked.min()).all()


# --- Rebuilt ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"WindowCenter": "2000", "WindowWidth": "3000", "VOILUTFunction": "SIGMOID"},
        {"RescaleSlope": "0.5", "RescaleIntercept": "-3"},
    ],
)
def test_rebuilt_file_shows_the_same(file, tmp_path, fields):
    picture = blank_air(read_dicom(save_dicom(file, **fields)))
    again = tmp_path / "again.dcm"
    again.write_bytes(rebuild(picture))
    assert (show(read_dicom(again)) == show(picture)).all()
    assert read_dicom(again).mm_per_pixel == 0.5


def test_rebuilt_file_says_that_it_was_deidentified(file, tmp_path):
    picture = read_dicom(save_dicom(file, KVP="29", AnodeTargetMaterial="RHODIUM", PatientSex="F"))
    (tmp_path / "again.dcm").write_bytes(rebuild(picture))
    dataset = dcmread(tmp_path / "again.dcm")
    assert dataset.PatientIdentityRemoved == "YES"
    assert "allow-list" in dataset.DeidentificationMethod
    assert [code.CodeValue for code in dataset.DeidentificationMethodCodeSequence] == ["113100", "113101"]
    assert (dataset.KVP, dataset.AnodeTargetMaterial, dataset.PatientSex) == (29, "RHODIUM", "F")
    assert (dataset.PatientName, dataset.PatientBirthDate, dataset.StudyDate) == ("", "", "")
    assert (dataset.ImageLaterality, dataset.ViewPosition) == ("L", "CC")
    assert 40 < len(dataset) < 75


# --- Refused ------------------------------------------------------------------------------------------


def read_refused(path: Path) -> str:
    with pytest.raises(FileRefused) as refusal:
        read_file(path)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"Modality": "CT"}, "Its modality is “CT”, and only mammograms (MG) come in."),
        ({"Modality": None}, "Its modality is “”"),
        ({"NumberOfFrames": 40}, "It has several frames"),
        ({"PresentationIntentType": "FOR PROCESSING"}, "It is the raw image “for processing”"),
        ({"PhotometricInterpretation": "RGB"}, "It is no image in gray."),
        ({"SamplesPerPixel": 3}, "It is no image in gray."),
        ({"Rows": 60_000, "Columns": 60_000}, "It says that it is 60000 by 60000 pixels"),
        ({"Rows": 20}, "It says that it is 120 by 20 pixels"),
        ({"Rows": ROWS + 40}, "It says another size than it has pixels"),
        ({"Rows": None}, "The file is damaged or cut off"),
        ({"BitsAllocated": 32}, "Its pixels have 12 of 32 bits"),
        ({"HighBit": 15}, "Its pixels have 12 of 16 bits"),
        ({"PixelData": b""}, "The file is damaged or cut off"),
        ({"WindowCenter": "1", "WindowWidth": "1e400"}, ""),
    ],
)
def test_file_that_is_not_a_mammogram_is_refused_with_the_reason(file, fields, said):
    if "PixelData" in fields:
        dataset = make_dataset()
        dataset["PixelData"].value = fields["PixelData"]
    else:
        dataset = make_dataset(**fields)
    assert said in read_refused(save(dataset, file))


def test_image_of_one_gray_is_refused(file):
    assert "there is no image" in read_refused(save_dicom(file, np.full((ROWS, COLUMNS), 7)))


def test_table_that_lies_about_its_length_is_refused(file):
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [60_000, 0, 12])
    item.add_new("LUTData", "OW", b"\0\1" * 10)
    assert "table of gray levels" in read_refused(save_dicom(file, VOILUTSequence=[item]))


@pytest.mark.parametrize("syntax", [JPEGLosslessSV1, RLELossless, DeflatedExplicitVRLittleEndian])
def test_what_cannot_be_read_is_refused_by_name(file, syntax):
    save_dicom(file)
    data = file.read_bytes().replace(b"1.2.840.10008.1.2.1\0", _padded(syntax, 20))
    if data == file.read_bytes() or len(syntax) > 20:
        dataset = make_dataset()
        if syntax != DeflatedExplicitVRLittleEndian:
            dataset["PixelData"].value = encapsulate([b"\0" * 64])
            dataset["PixelData"].VR = "OB"
            dataset["PixelData"].is_undefined_length = True
        save(dataset, file, syntax)
    else:
        file.write_bytes(data)
    said = read_refused(file)
    assert "which is not read here. Convert it without loss first" in said


def _padded(text: str, length: int) -> bytes:
    return text.encode().ljust(length, b"\0")


def test_deflated_bomb_is_never_inflated(file):
    """Half a gigabyte of zeros in half a megabyte."""
    dataset = make_dataset()
    save(dataset, file, DeflatedExplicitVRLittleEndian)
    head = file.read_bytes()[: 128 + 4 + 12 + struct.unpack("<I", file.read_bytes()[140:144])[0]]
    squeeze = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    chunk = b"\0" * (1 << 20)
    file.write_bytes(head + b"".join(squeeze.compress(chunk) for _ in range(512)) + squeeze.flush())
    tracemalloc.start()
    assert "not read here" in read_refused(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_compressed_image_of_another_size_is_refused(file):
    dataset = compress(make_dataset(bits=16), np.zeros((3000, 3000)))
    assert "another size than the file says" in read_refused(save(dataset, file, JPEG2000Lossless))


def test_compressed_image_that_is_broken_is_refused(file):
    dataset = compress(make_dataset(bits=16), BREAST)
    dataset["PixelData"].value = encapsulate([b"\xff\x4f\xff\x51" + b"\0" * 60])
    assert "damaged" in read_refused(save(dataset, file, JPEG2000Lossless))


def test_sequences_in_sequences_without_end_are_refused(file):
    save(make_dataset(), file)
    item = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    data = file.read_bytes()
    end = 144 + struct.unpack("<I", data[140:144])[0]
    file.write_bytes(data[:end] + item * 100_000 + data[end:])
    assert "damaged or cut off" in read_refused(file)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.99])
def test_file_that_was_cut_off_is_refused(file, share):
    save_dicom(file)
    data = file.read_bytes()
    file.write_bytes(data[: int(share * len(data))])
    assert read_refused(file)


@pytest.mark.parametrize(
    "data", [b"", b"DICM", b"\0" * 200, b"<html>", b"\0" * 128 + b"DICM", b"\0" * 128 + b"DICM" + b"x" * 99]
)
def test_what_is_no_dicom_is_refused(file, data):
    file.write_bytes(data)
    assert read_refused(file)


def test_every_byte_changed_gives_a_picture_or_a_refusal_and_nothing_else(file):
    """A walk through the head of a file: whatever it says, no other error comes out."""
    save_dicom(file, WindowCenter="2000", WindowWidth="3000")
    data = file.read_bytes()
    head = len(data) - 2 * ROWS * COLUMNS
    for place in range(128, head, 3):
        file.write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        try:
            show(blank_air(read_dicom(file)))
        except FileRefused:
            continue


# --- PNG ----------------------------------------------------------------------------------------------


def save_png(path: Path, image: Image.Image, **options) -> Path:
    image.save(path, "PNG", **options)
    return path


def test_png_of_eight_and_sixteen_bits(file):
    eight, wide = (BREAST >> 4).astype(np.uint8), (BREAST << 4).astype(np.uint16)
    assert (read_png(save_png(file, Image.fromarray(eight))).stored == eight).all()
    picture = read_png(save_png(file, Image.fromarray(wide)))
    assert (picture.stored == wide).all()
    assert (picture.bits, picture.mm_per_pixel, picture.side) == (16, None, "")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA"])
def test_png_in_other_modes_is_taken_where_it_is_gray(file, mode):
    eight = (BREAST >> 4).astype(np.uint8)
    assert (read_file(save_png(file, Image.fromarray(eight).convert(mode))).stored == eight).all()


def test_interlaced_png_is_read(file):
    """Written by hand, in Adam7's seven passes: Pillow writes none."""
    eight = (BREAST >> 4).astype(np.uint8)
    starts = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    lines = b"".join(
        b"\0" + row.tobytes() for top, left, down, across in starts for row in eight[top::down, left::across]
    )
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", COLUMNS, ROWS, 8, 0, 0, 0, 1)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    ]
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(make_chunk(*chunk) for chunk in chunks))
    assert (read_file(file).stored == eight).all()


def make_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def test_png_that_is_no_mammogram_is_refused(file):
    color = Image.merge("RGB", [Image.new("L", (64, 64), value) for value in (10, 20, 30)])
    assert "It is in color" in read_refused(save_png(file, color))
    assert "transparent" in read_refused(save_png(file, Image.new("LA", (64, 64), (9, 100))))
    assert "black or white only" in read_refused(save_png(file, Image.new("1", (64, 64))))
    assert "It says that it is 9 by 9" in read_refused(save_png(file, Image.new("L", (9, 9))))


def test_png_bomb_is_refused_by_its_head(file):
    head = make_chunk(b"IHDR", struct.pack(">IIBBBBB", 200_000, 200_000, 8, 0, 0, 0, 0))
    body = make_chunk(b"IDAT", zlib.compress(b"\0" * 5_000_000))
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + head + body + make_chunk(b"IEND", b""))
    tracemalloc.start()
    assert read_refused(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_png_that_was_cut_off_is_refused(file):
    save_png(file, Image.fromarray((BREAST >> 4).astype(np.uint8)))
    file.write_bytes(file.read_bytes()[:600])
    assert "cut off" in read_refused(file)

"""Why an upload cannot go on; each has a stable code for the phone, which decides by it what to do."""

from __future__ import annotations

from app.errors import N_, PlatskollenError


class BadUploadError(PlatskollenError):
    """The request lacks a header of the tus protocol, or has one that makes no sense."""

    code = "bad_upload"
    status = 400
    title = N_("The upload cannot be understood")
    message = N_(
        "Send Upload-Length, Upload-Offset and Upload-Metadata (finding_id, sha256) as tus 1.0.0 says, with a "
        "Content-Length."
    )


class WrongContentTypeError(PlatskollenError):
    """The body is not announced as bytes of an upload."""

    code = "wrong_content_type"
    status = 415
    title = N_("The upload cannot be understood")
    message = N_("Send the bytes as application/offset+octet-stream.")


class TusVersionError(PlatskollenError):
    """The client speaks another version of tus."""

    code = "tus_version"
    status = 412
    title = N_("The upload cannot be understood")
    message = N_("Send the header Tus-Resumable: 1.0.0.")


class WrongOffsetError(PlatskollenError):
    """The bytes do not begin where those that are here end, or somebody else sent them first."""

    code = "wrong_offset"
    status = 409
    title = N_("The upload goes on elsewhere")
    message = N_("Ask with HEAD where it stands, and go on from there.")


class LongerThanAnnouncedError(PlatskollenError):
    """More bytes than the upload has."""

    code = "longer_than_announced"
    status = 413
    title = N_("The photo is longer than announced")
    message = N_("Nothing of this part was kept. Send exactly as many bytes as Upload-Length said.")


class PhotoTooLargeError(PlatskollenError):
    """The photo has more bytes than are taken."""

    code = "too_large"
    status = 413
    title = N_("The photo is too large")
    message = N_("A photo may be at most 30 MB. Choose a smaller one.")


class HashMismatchError(PlatskollenError):
    """The bytes are not those that were announced; the upload is dropped."""

    code = "hash_mismatch"
    status = 422
    title = N_("The photo changed on the way")
    message = N_("What arrived is not what was announced, so it was not kept. Send the photo again.")


class NotAPhotoError(PlatskollenError):
    """The bytes arrived as announced, but are no photo that can be taken; the upload is dropped."""

    code = "not_a_photo"
    status = 422
    title = N_("The file is not a photo")
    message = N_("Choose a JPEG, PNG, WebP or HEIC photo of at most 40 million pixels.")

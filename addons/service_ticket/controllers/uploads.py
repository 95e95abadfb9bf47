from odoo.http import request


def read_uploads(name):
    """Return [(file name, bytes)] of a form; of each no more than tells "too large"."""
    limit = request.env["service.ticket"]._get_upload_bytes()
    return [
        (upload.filename, upload.read(limit + 1))
        for upload in request.httprequest.files.getlist(name)
        if upload.filename
    ]

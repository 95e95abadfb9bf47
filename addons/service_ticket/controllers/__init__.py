from . import portal, portal_complaint, public_unit

from . import portal, public_unit

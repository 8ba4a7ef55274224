"""What a server loads: the application with the settings of its environment."""

import config
from lms import create_app
from lms.web.gateway import Gateway

app = create_app(config.from_environment())
gateway = Gateway(app)

"""python export_openapi.py > ../openapi.json"""

import json

from subtitles.main import app

print(json.dumps(app.openapi(), indent=2))

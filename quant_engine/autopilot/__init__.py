"""One research cycle at a time: judge the model, retrain it, trade on paper; never imports the API."""

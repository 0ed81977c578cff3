"""Each field of a request changes the result, and the page reads each field of an answer."""

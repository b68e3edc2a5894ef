"""Tables that people bring and take away: one reader of rows and one writer for every place.

`reading.read` takes CSV in any usual dress, XLSX and ODS, tells what it is by its bytes and gives
rows of text; `headings.under_headings` finds the row of headings and names the cells. `writing`
makes CSV and XLSX. Encodings, separators, hidden rows, merged cells, number formats, damage,
limits, the formula guard and the words for all of it are settled here. Nothing here knows a model.
"""

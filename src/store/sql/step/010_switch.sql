-- store/sql/step/010_switch.sql: sheets that are in force only where and while they are switched on.
-- areas: numbers of prefectures by blanks, '' for all; days are those of diagnosis, both inclusive, until_day NULL without end.
CREATE TABLE sheet_switch (
	id TEXT PRIMARY KEY, sheet TEXT NOT NULL, areas TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT,
	at BIGINT NOT NULL, by_account TEXT NOT NULL, by_name TEXT NOT NULL, ver INTEGER NOT NULL
);

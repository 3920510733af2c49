-- Office time, in which lifetimes are measured, and what the clock said at the same moment.
ALTER TABLE office ADD COLUMN time INTEGER;
ALTER TABLE office ADD COLUMN clock INTEGER;

-- The migrations that were applied, as refinery notes them.
-- Role: any that was granted the history; see src/store/migrations.rs.
-- No parameters. One row a migration; the checksum is a decimal number in text.
select version, checksum from refinery_schema_history order by version

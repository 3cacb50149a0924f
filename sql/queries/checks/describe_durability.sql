-- Whether a commit survives a power cut, and how far the two clocks are apart. Read at start-up and by `doctor`.
-- Role: any.
-- No parameters. One row.
select current_setting('fsync') = 'on' as fsync,
       current_setting('full_page_writes') = 'on' as full_page_writes,
       current_setting('synchronous_commit') <> 'off' as synchronous_commit,
       clock_timestamp() as now

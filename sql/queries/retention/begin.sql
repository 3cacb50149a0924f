-- Says to the triggers of `access_log` and `dossiers` what this transaction is for, until it ends.
-- Role: kazumi_owner.
-- One row.
select set_config('app.retention', 'on', true) as setting

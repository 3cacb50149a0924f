-- Says to the trigger of `access_log` what this transaction is for, until it ends.
-- Role: kazumi_owner.
-- One row.
select set_config('app.retention', 'on', true) as setting

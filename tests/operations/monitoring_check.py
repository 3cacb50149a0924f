"""Dashboards and alerts: whole, readable by Prometheus' own parser, and about metrics that the server really has.

No Grafana runs here (none can be installed): what Grafana would make of the files is checked as far as their form goes.
"""

import glob
import json
import os
import re
import subprocess
import tempfile

import yaml

SOURCE = "src/metrics"
RULES = glob.glob("monitoring/prometheus/rules/*.yml")
TESTS = glob.glob("monitoring/prometheus/tests/*.yml")
DASHBOARDS = glob.glob("monitoring/grafana/dashboards/*.json")
PROVISIONING = "monitoring/grafana/provisioning"


def load(path):
    with open(path) as file:
        return yaml.safe_load(file)


def metrics_in(expression):
    """Names as the server writes them: a histogram is one name there, and three in Prometheus."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\bkazumi_\w+", expression)}


def alerts():
    return [rule for path in RULES for group in load(path)["groups"] for rule in group["rules"] if "alert" in rule]


def each_alert_has_a_runbook_and_is_tried_both_ways():
    fires, silent = set(), set()
    for path in TESTS:
        for case in load(path)["tests"]:
            for expectation in case["alert_rule_test"]:
                (fires if expectation.get("exp_alerts") else silent).add(expectation["alertname"])
    for alert in alerts():
        name, runbook = alert["alert"], alert["annotations"]["runbook"]
        assert os.path.isfile(runbook), f"{name}: there is no {runbook}"
        assert name in fires and name in silent, f"{name} is not tried both firing and silent"


def the_dashboards_are_whole(dashboards):
    provided = load(f"{PROVISIONING}/datasources/prometheus.yml")["datasources"]
    sources = {source["uid"] for source in provided}
    assert len({board["uid"] for board in dashboards}) == len(dashboards)
    for board in dashboards:
        assert board["uid"] and board["title"] and board["schemaVersion"] >= 36 and board.get("id") is None
        ids = [panel["id"] for panel in board["panels"]]
        assert len(ids) == len(set(ids)), "two panels share an id"
        taken = set()
        for panel in board["panels"]:
            place = panel["gridPos"]
            assert place["x"] >= 0 and place["x"] + place["w"] <= 24, f"{panel['title']} leaves the grid"
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            assert not cells & taken, f"{panel['title']} lies on another panel"
            taken |= cells
            if panel["type"] == "row":
                continue
            assert panel["title"] and panel["description"] and panel["fieldConfig"]["defaults"]["unit"]
            assert panel["datasource"]["uid"] in sources, f"{panel['title']}: unknown data source"
            assert panel["targets"] and all(target["datasource"]["uid"] in sources for target in panel["targets"])


def the_folders_of_compose_are_the_provisioned_ones():
    path = load(f"{PROVISIONING}/dashboards/kazumi.yml")["providers"][0]["options"]["path"]
    volumes = load("docker-compose.yml")["services"]["grafana"]["volumes"]
    assert f"./monitoring/grafana/dashboards:{path}:ro" in volumes


def queries(dashboards):
    """(where, expression) of every panel, annotation and alert."""
    for board in dashboards:
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                yield f"{board['uid']}: {panel['title']}", target["expr"]
        for annotation in board["annotations"]["list"]:
            yield f"{board['uid']}: {annotation['name']}", annotation["expr"]
    for alert in alerts():
        yield f"alert {alert['alert']}", alert["expr"]


def every_query_is_understood_by_prometheus(found):
    rules = [
        {"record": f"query:number{index}", "expr": re.sub(r"\$__(rate_)?interval", "1m", expression)}
        for index, (_, expression) in enumerate(found)
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        json.dump({"groups": [{"name": "queries", "rules": rules}]}, file)
        file.flush()
        result = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr + result.stdout


def a_sum_without_labels_is_zero_rather_than_nothing(found):
    for where, expression in found:
        if re.match(r"sum\(", expression):
            assert expression.endswith("or vector(0)"), f"{where}: empty instead of 0: {expression}"


def every_metric_exists(found):
    if not os.path.exists(SOURCE):
        print(f"{SOURCE} does not exist yet: names of metrics are not checked")
        return
    known = set()
    for path in glob.glob(f"{SOURCE}/*.rs"):
        with open(path) as file:
            known |= set(re.findall(r'"(kazumi_\w+)"', file.read()))
    for where, expression in found:
        unknown = metrics_in(expression) - known
        assert not unknown, f"{where}: {SOURCE} has no {', '.join(sorted(unknown))}"


dashboards = []
for path in DASHBOARDS:
    with open(path) as file:
        dashboards.append(json.load(file))
    assert dashboards[-1]["uid"] == os.path.basename(path).removesuffix(".json"), f"{path}: file name and uid differ"
found = list(queries(dashboards))
each_alert_has_a_runbook_and_is_tried_both_ways()
the_dashboards_are_whole(dashboards)
the_folders_of_compose_are_the_provisioned_ones()
every_query_is_understood_by_prometheus(found)
a_sum_without_labels_is_zero_rather_than_nothing(found)
every_metric_exists(found)
print(f"{len(found)} queries over {len(set().union(*(metrics_in(expression) for _, expression in found)))} metrics")

import { ADDON_CONTROLLERS, type AddonController } from "../../stacks/platform/controller-addons.ts";
import { CONTROLLERS, type Controller } from "../../stacks/platform/controllers.ts";
import { isRecord } from "../plan/project-config.ts";
import type { RecordedResource } from "../plan/resource.ts";

type Resource = Pick<RecordedResource, "type" | "name" | "inputs">;

/** What stands in a value at keys joined by dots; undefined if nothing does. */
export function valueAt(value: unknown, path: string): unknown {
    return path.split(".").reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

/** A value as a cell shows it: text and numbers as they are. */
function cell(value: unknown, otherwise = ""): string {
    return typeof value === "string" || typeof value === "number" ? `${value}` : otherwise;
}

function line(cells: readonly string[]): string {
    return `| ${cells.join(" | ")} |`;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
    return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Keys that constraints and terms of anti-affinity name, in their order. */
function topologies(spread: unknown): string {
    const keys = JSON.stringify(spread).matchAll(/"topologyKey":"[^"]*\/(\w+)"/g);
    const hard = JSON.stringify(spread).includes("DoNotSchedule");
    const names = [...keys].map(([, key]) => (key === "hostname" ? "hosts" : "zones"));
    return `${names.join(", ")}${hard ? " (hard)" : ""}`;
}

function budget(value: unknown): string {
    if (!isRecord(value)) {
        return "";
    }
    const most = value["maxUnavailable"];
    return typeof most === "number" ? `${most} away` : `${cell(value["minAvailable"], "1")} stays`;
}

function tolerated(value: unknown): string {
    const seconds = Array.isArray(value) ? value.map((one: unknown) => valueAt(one, "tolerationSeconds")) : [];
    return [...new Set(seconds.filter((one) => typeof one === "number"))].map((one) => `${one} s`).join(", ");
}

function monitored({ monitor }: Controller["values"], values: unknown): string {
    if (monitor === "none") {
        return "no";
    }
    const found = monitor === undefined ? undefined : valueAt(values, monitor);
    const on = [found, ...(isRecord(found) ? Object.values(found) : [])].some(
        (part) => isRecord(part) && (part["enabled"] === true || part["create"] === true),
    );
    return monitor === undefined || on ? "yes" : "no";
}

function row(controller: Controller, values: unknown): readonly string[] {
    const { values: paths, alone } = controller;
    const of = (path: string | undefined): unknown => (path === undefined ? undefined : valueAt(values, path));
    return [
        `\`${controller.namespace}/${controller.name}\``,
        alone === undefined ? cell(of(paths.replicas)) : "1",
        alone === undefined ? controller.leader : "–",
        alone === undefined ? topologies(of(paths.spread)) : "–",
        alone === undefined ? budget(of(paths.budget)) : "–",
        tolerated(of(paths.tolerations)),
        cell(valueAt(of(paths.nodeSelector), "workload")),
        `\`${cell(of(paths.priority))}\``,
        cell(valueAt(of(paths.resources), "requests.cpu")),
        cell(valueAt(of(paths.resources), "requests.memory")),
        monitored(paths, values),
        alone ?? "",
    ];
}

const HEAD = [
    "controller",
    "replicas",
    "leader",
    "spread over",
    "budget",
    "leaves a lost node after",
    "pool",
    "priority class",
    "CPU",
    "memory",
    "metrics",
    "why alone, and what its absence means",
];

/** What each controller of a chart gets, read from the values that the releases are made with. */
export function controllerTable(resources: readonly Resource[]): string {
    const values = new Map(
        resources
            .filter(({ type }) => type === "kubernetes:helm.sh/v3:Release")
            .map(({ name, inputs }) => [name, inputs["values"]]),
    );
    const rows = CONTROLLERS.map((controller) => row(controller, values.get(controller.release)));
    return markdown(HEAD, rows);
}

/** What stands where an add-on's configuration says nothing. */
const EKS_OWN = "EKS's own";

function addonRow({ addon, namespace, values: paths, ownBudget }: AddonController, values: unknown): readonly string[] {
    const of = (path: string): unknown => valueAt(values, path);
    const spread = of(paths.spread);
    const unasked = ownBudget === undefined ? EKS_OWN : `${ownBudget} away`;
    return [
        `\`${namespace}/${addon}\``,
        cell(of(paths.replicas), EKS_OWN),
        spread === undefined ? EKS_OWN : topologies(spread),
        budget(of(paths.budget)) || unasked,
        tolerated(of(paths.tolerations)),
    ];
}

/** The same of EKS's add-ons that run as controllers, as far as their configuration says it, or EKS what they do unasked. */
export function addonTable(resources: readonly Resource[]): string {
    const configurations = new Map(
        resources
            .filter(({ type }) => type === "aws:eks/addon:Addon")
            .map(({ inputs }): [string, unknown] => [
                cell(inputs["addonName"]),
                JSON.parse(cell(inputs["configurationValues"], "{}")),
            ]),
    );
    const rows = ADDON_CONTROLLERS.map((controller) => addonRow(controller, configurations.get(controller.addon)));
    return markdown(["add-on", "replicas", "spread over", "budget", "leaves a lost node after"], rows);
}

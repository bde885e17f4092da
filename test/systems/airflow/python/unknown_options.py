"""Prints the options of the environment that this Airflow does not know, or knows as deprecated, one a line."""

import os
import re

from airflow.configuration import conf
from airflow.providers_manager import ProvidersManager

ProvidersManager().initialize_providers_configuration()

for variable in sorted(os.environ):
    found = re.fullmatch(r"AIRFLOW__([A-Z_]+?)__([A-Z_]+)", variable)
    if found:
        section, option = (part.lower() for part in found.groups())
        known = conf.configuration_description.get(section, {}).get("options", {}).get(option)
        if known is None:
            print(f"{variable}: unknown")
        elif known.get("version_deprecated"):
            print(f"{variable}: deprecated, {known.get('deprecation_reason')}")

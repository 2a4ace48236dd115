"""Home Assistant's core with http, auth and websocket_api. Usage: server.py FOLDER PORT.

FOLDER holds its configuration. It prints `token TOKEN`, an access token of its owner. Lines on its standard input,
`ENTITY STATE`, set states; `subscriptions` prints how many there are of all connections.
"""

import asyncio
import sys
from datetime import timedelta

from homeassistant import auth, bootstrap, config_entries, core, loader
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.setup import async_setup_component


async def owner_token(hass: core.HomeAssistant) -> str:
    """The folder remembers the owner, and the token of a run is as good in the next."""
    owner = await hass.auth.async_get_owner()
    if owner is None:
        owner = await hass.auth.async_create_user("owner", group_ids=[GROUP_ID_ADMIN])
    for known in list(owner.refresh_tokens.values()):
        hass.auth.async_remove_refresh_token(known)
    refresh = await hass.auth.async_create_refresh_token(
        owner,
        client_name="freshet",
        token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
        access_token_expiration=timedelta(days=1),
    )
    return hass.auth.async_create_access_token(refresh)


async def main(folder: str, port: int) -> None:
    hass = core.HomeAssistant(folder)
    hass.config.skip_pip = True
    loader.async_setup(hass)
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    await bootstrap.async_load_base_functionality(hass)
    hass.auth = await auth.auth_manager_from_config(hass, [{"type": "homeassistant"}], [])
    http = {"server_host": ["127.0.0.1"], "server_port": port, "ip_ban_enabled": False}
    for component in ["http", "auth", "websocket_api"]:
        if not await async_setup_component(hass, component, {"http": http}):
            sys.exit(f"{component} cannot be set up")
    # Before it listens: who can connect finds the token printed.
    print("token", await owner_token(hass), flush=True)
    await hass.async_start()
    reader = asyncio.StreamReader()
    await hass.loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().split():
        match line:
            case ["subscriptions"]:
                print("subscriptions", hass.bus.async_listeners().get(EVENT_STATE_CHANGED, 0), flush=True)
            case [entity, state]:
                hass.states.async_set(entity, state)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

"""What a state machine asks, asked of an emulated cloud: with the SDK, in the SDK's own names."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.components.machine_run import Cloud
from tests.state_machines import spelled


def asks(client: Callable[[str], Any]) -> Cloud:
    """Asks the clients of a region, by service; who does not answer is a time-out."""
    from botocore.exceptions import BotoCoreError

    def ask(service: str, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
        one = client(service)
        model = one.meta.service_model
        name = {own.lower(): own for own in model.operation_names}[operation.lower()]
        request = _request(model.operation_model(name).input_shape, given)
        method = {own: python for python, own in one.meta.method_to_api_mapping.items()}[name]
        try:
            return _answer(getattr(one, method)(**request))
        except BotoCoreError:
            raise TimeoutError from None

    return ask


def _answer(value: Any) -> Any:
    """An answer with its members' names as Step Functions has them."""
    if isinstance(value, dict):
        return {spelled(key): _answer(one) for key, one in value.items()}
    return [_answer(one) for one in value] if isinstance(value, list) else value


def _request(shape: Any, value: Any) -> Any:
    """A request of a state as botocore has its members."""
    if shape.type_name == "list":
        return [_request(shape.member, one) for one in value]
    if shape.type_name != "structure":
        return value
    known = {spelled(name): (name, member) for name, member in shape.members.items()}
    return {known[key][0]: _request(known[key][1], one) for key, one in value.items()}

"""A site loses power: its network is cut first where there is one, then its processes killed."""

from dataclasses import dataclass

from tricenter.lab.host import list_hosts, power_off, power_on
from tricenter.lab.stack import Stack

NAME = "site-loss"


@dataclass(frozen=True, slots=True)
class SiteLoss:
    """The loss of one site. Its disk is there again when the power is.

    Without `cut` its peers hear from the kernel that connections ended: less than a lost site.
    """

    site: str
    cut: bool = True

    @property
    def name(self) -> str:
        """The fault's name."""
        return NAME

    @property
    def sites(self) -> tuple[str, ...]:
        """The site."""
        return (self.site,)

    @property
    def text(self) -> str:
        """What is done, in a sentence."""
        if self.cut:
            return f"the network of {self.site} was cut, then every process in it killed (SIGKILL)"
        return (
            f"every process of {self.site} was killed (SIGKILL); there is no network between the "
            "sites here that could be cut first, so their kernel told its peers at once"
        )

    def inject(self, stack: Stack) -> None:
        """Cut, then kill: a process that dies while it is connected says goodbye to its peers."""
        power_off(stack, self.site, graceful=False, cut_network=self.cut)

    def heal(self, stack: Stack) -> None:
        """Give power and network back; the services start by themselves."""
        if any(spec.name == self.site for spec in list_hosts(stack)):
            power_on(stack, self.site)


def of(site: str, *, cut: bool = True) -> SiteLoss:
    """The loss of this site."""
    return SiteLoss(site, cut)

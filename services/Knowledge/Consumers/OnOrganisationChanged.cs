using Desk.Contracts;
using Desk.Knowledge.Articles;
using Desk.Messaging;

namespace Desk.Knowledge.Consumers;

/// <summary>Remembers the organisation's mail domains: an article may be for its people.</summary>
internal sealed class OnOrganisationChanged : IReactTo<OrganisationChanged>
{
    public Task ReactAsync(OrganisationChanged happened, Reaction reaction, CancellationToken cancellation) => Membership.KeepAsync(reaction, happened, cancellation);
}

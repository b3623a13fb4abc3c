using Desk.Contracts;
using Desk.Knowledge.Proposals;
using Desk.Messaging;

namespace Desk.Knowledge.Consumers;

/// <summary>Keeps what the ticket says, to search by once it is triaged.</summary>
internal sealed class OnTicketRegistered : IReactTo<TicketRegistered>
{
    public Task ReactAsync(TicketRegistered happened, Reaction reaction, CancellationToken cancellation)
    {
        reaction.Later(ProposalStore.KeepTicket(happened));
        return Task.CompletedTask;
    }
}

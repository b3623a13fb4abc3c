using Desk.Contracts;
using Desk.Knowledge.Proposals;
using Desk.Messaging;

namespace Desk.Knowledge.Consumers;

/// <summary>What another desk solved shows how, too.</summary>
internal sealed class OnTicketImported : IReactTo<TicketImported>
{
    public Task ReactAsync(TicketImported happened, Reaction reaction, CancellationToken cancellation)
    {
        reaction.Later(TicketCopies.KeepHistory(happened, ProposalStore.MostText));
        return Task.CompletedTask;
    }
}

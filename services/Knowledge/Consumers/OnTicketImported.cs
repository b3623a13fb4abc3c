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
        foreach (var solved in happened.Events.Where(one => one is { Kind: ImportedKind.Resolved, Article: not null }))
            reaction.Later(TicketCopies.KeepProof(happened, solved));
        return Task.CompletedTask;
    }
}

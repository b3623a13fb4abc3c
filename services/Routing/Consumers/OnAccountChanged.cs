using Desk.Contracts;
using Desk.Messaging;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;

namespace Desk.Routing.Consumers;

/// <summary>Who works at the desk. In Development the demo people find their teams by themselves; elsewhere a lead says who is in which.</summary>
internal sealed class OnAccountChanged(IHostEnvironment environment, TimeProvider clock) : IReactTo<AccountChanged>
{
    public Task ReactAsync(AccountChanged happened, Reaction reaction, CancellationToken cancellation)
        => SetUpStore.WriteAccountAsync(
            reaction.Transaction, happened, environment.IsDevelopment() ? DemoTeams.Of(happened.Email) : [], clock.GetUtcNow(), cancellation);
}

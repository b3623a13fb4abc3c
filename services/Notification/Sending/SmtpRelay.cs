using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Desk.Notification.Sending;

/// <summary>
/// Hands mails to a relay by SMTP, over a few connections that are kept while there is something to send. One mail a transaction: if the process dies,
/// at most the one on the wire goes twice, with the same Message-ID.
/// </summary>
internal sealed class SmtpRelay(RelayAddress relay, TimeProvider clock) : ICarrier, IAsyncDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Slowest = TimeSpan.FromMinutes(2);

    private readonly ConcurrentStack<(SmtpConversation Conversation, DateTimeOffset Since)> _idle = new();

    public int AtOnce => 1;

    public int Beside => 4;

    public async Task<Handover> CarryAsync(Mail mail, CancellationToken cancellation)
    {
        using var slow = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        slow.CancelAfter(Slowest);
        try
        {
            var conversation = await TakeAsync(slow.Token);
            try
            {
                var handover = await conversation.SendAsync(mail, slow.Token);
                if (conversation.IsUsable)
                    _idle.Push((conversation, clock.GetUtcNow()));
                else
                    await conversation.DisposeAsync();
                return handover;
            }
            catch
            {
                await conversation.DisposeAsync();
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or AuthenticationException or SmtpException
            || failure is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return Handover.NotNow(failure is OperationCanceledException ? $"The relay {relay.Host} took too long." : $"The relay {relay.Host}: {failure.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out var idle))
            await idle.Conversation.DisposeAsync();
    }

    private async Task<SmtpConversation> TakeAsync(CancellationToken cancellation)
    {
        while (_idle.TryPop(out var idle))
        {
            // The relay may have hung up meanwhile; a greeting costs less than a failed mail.
            if (clock.GetUtcNow() - idle.Since < KeptFor && await idle.Conversation.IsAliveAsync(cancellation))
                return idle.Conversation;
            await idle.Conversation.DisposeAsync();
        }
        return await SmtpConversation.OpenAsync(relay, cancellation);
    }
}

using MassTransit;
using Microsoft.Extensions.Logging;

namespace Desk.Messaging;

/// <summary>
/// A queue that lives as long as the process and its connection: echoes come to it, and the events the process hears. What comes while it is
/// away is gone; nobody's duty hangs on it. Each bus has one of its own, for the broker may still keep the last one's for a connection it does
/// not know to be lost, and lends such a queue to nobody else.
/// </summary>
internal sealed partial class Ear(string process, Echoes echoes, Reactions reactions, IServiceProvider services, ILogger<Ear> logger) : IEndpoints
{
    private int _buses;

    public HostReceiveEndpointHandle TakeFrom(IBus bus, BrokerNames names)
        => bus.TakeFrom(names.Ear(process, echoes.Ear, ++_buses), queue =>
        {
            queue.Durable = false;
            queue.AutoDelete = true;
            queue.PrefetchCount = 100;
            queue.ConfigureConsumeTopology = false;
            queue.Bind(names.Echo, exchange =>
            {
                exchange.ExchangeType = "direct";
                exchange.RoutingKey = echoes.Ear;
            });
            foreach (var type in reactions.Heard)
                queue.Bind(names.ExchangeOf(type));
            queue.ConfigureReceive(pipe => pipe.UseFilter(new Listen(this)));
        });

    public void Release()
    {
    }

    private async Task HearAsync(byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            foreach (var envelope in EnvelopeFormat.Read(bytes))
            {
                echoes.Heard(envelope.MessageId);
                foreach (var binding in reactions.Hearing(envelope.Type))
                    await binding.HearAsync(services, envelope.Body, cancellation);
            }
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogNotHeard(logger, failure);
        }
    }

    private sealed class Listen(Ear ear) : IFilter<ReceiveContext>
    {
        public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => ear.HearAsync(context.Body.GetBytes(), context.CancellationToken);

        public void Probe(ProbeContext context) => context.CreateFilterScope("ear");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event that passed was not heard")]
    private static partial void LogNotHeard(ILogger logger, Exception failure);
}

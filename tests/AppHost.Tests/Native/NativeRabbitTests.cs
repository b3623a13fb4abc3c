using Desk.AppHost.Native;
using RabbitMQ.Client;

namespace Desk.AppHost.Tests.Native;

public sealed class NativeRabbitTests
{
    [Fact]
    public async Task A_killed_broker_starts_again_on_its_port_with_its_messages_and_leaves_no_process()
    {
        using var folder = new TemporaryFolder();
        await using var broker = await NativeRabbit.StartAsync(new(folder["rabbit"]) { Durable = false });
        var port = broker.Port;
        await WithChannelAsync(broker, channel => channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }));
        await broker.RestartAsync();
        await WithChannelAsync(broker, async channel => await channel.BasicPublishAsync("", "kept", "word"u8.ToArray()));

        await broker.KillAsync();
        await broker.StartAsync();

        Assert.Equal(port, broker.Port);
        await WithChannelAsync(broker, async channel =>
        {
            BasicGetResult? found = null;
            // A quorum queue first elects its leader.
            for (var tries = 0; found is null && tries < 100; tries++)
            {
                found = await channel.BasicGetAsync("kept", autoAck: true);
                if (found is null)
                    await Task.Delay(50);
            }
            Assert.Equal("word"u8.ToArray(), found?.Body.ToArray());
        });

        var tree = Processes.Tree(broker.ProcessId).Concat(Processes.About(broker.Folder)).ToHashSet();
        await broker.DisposeAsync();
        await Processes.AllGoneAsync(tree);
    }

    private static async Task WithChannelAsync(NativeRabbit broker, Func<IChannel, Task> use)
    {
        await using var connection = await new ConnectionFactory { Uri = new(broker.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await use(channel);
    }
}

using Desk.AppHost.Native;
using Npgsql;

namespace Desk.AppHost.Tests.Native;

public sealed class NativePostgresTests
{
    [Fact]
    public async Task A_killed_server_starts_again_on_its_port_with_what_was_committed_and_leaves_no_process()
    {
        using var folder = new TemporaryFolder();
        var server = await NativePostgres.StartAsync(new(folder["postgres"]));
        var port = server.Port;
        await server.CreateDatabaseAsync("intake");
        await server.CreateDatabaseAsync("intake");
        await ExecuteAsync(server, "create table kept (id int); insert into kept values (1)");

        await server.KillAsync();
        await server.StartAsync();

        Assert.Equal(port, server.Port);
        Assert.Equal(1L, await ExecuteAsync(server, "select count(*) from kept"));
        Assert.Equal("on", await ExecuteAsync(server, "show fsync"));

        var tree = Processes.Tree(server.ProcessId);
        await server.DisposeAsync();
        await Processes.AllGoneAsync(tree);
    }

    private static async Task<object?> ExecuteAsync(NativePostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString("intake") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}

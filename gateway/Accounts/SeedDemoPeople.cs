using System.Text.Json;
using System.Text.Json.Serialization;
using Desk.Contracts;
using Microsoft.AspNetCore.Identity;

namespace Desk.Gateway.Accounts;

/// <summary>
/// In Development only: people to try the desk as, with passwords made anew for each desk and written to a file that only its owner can read. There
/// is no password that is the same on two machines.
/// </summary>
internal sealed class SeedDemoPeople(IServiceScopeFactory scopes, AccountStore accounts, IConfiguration configuration) : IHostedService
{
    private static readonly (string Name, string Email, Role Role)[] People =
    [
        ("Astrid Berg", "astrid.berg@desk.example", Role.Admin),
        ("Leif Ström", "leif.strom@desk.example", Role.Lead),
        ("Anna Lind", "anna.lind@desk.example", Role.Agent),
        ("Bo Ek", "bo.ek@desk.example", Role.Agent),
        ("Cecilia Dahl", "cecilia.dahl@desk.example", Role.Agent),
        ("Daniel Nyman", "daniel.nyman@desk.example", Role.Agent),
        ("Rut Hansson", "rut.hansson@nordvik.example", Role.Requester),
        ("Erik Sund", "erik.sund@lindqvist.example", Role.Requester),
    ];

    public async Task StartAsync(CancellationToken cancellation)
    {
        var file = configuration["Desk:DemoPeopleFile"]!;
        using var scope = scopes.CreateScope();
        var identity = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var known = new List<Account?>();
        foreach (var (_, email, _) in People)
            known.Add(await accounts.FindByNameAsync(email, cancellation));
        if (File.Exists(file) && known.All(account => account is not null))
            return;

        var written = new List<DemoPerson>();
        foreach (var ((name, email, role), account) in People.Zip(known))
        {
            var password = Passwords.Random();
            if (account is null)
            {
                Require(await identity.CreateAsync(new Account { Email = email, Name = name, Role = role, Language = "sv" }, password));
            }
            else
            {
                account.PasswordHash = identity.PasswordHasher.HashPassword(account, password);
                Require(await accounts.UpdateAsync(account, cancellation));
            }
            written.Add(new DemoPerson(name, email, password, role.Word()));
        }
        Write(file, written);
    }

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException(string.Join(" ", result.Errors.Select(error => error.Description)));
    }

    private static void Write(string file, List<DemoPerson> people)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var fresh = file + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(fresh, options))
            JsonSerializer.Serialize(stream, people, DemoJson.Default.ListDemoPerson);
        File.Move(fresh, file, overwrite: true);
    }
}

internal sealed record DemoPerson(string Name, string Email, string Password, string Role);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<DemoPerson>))]
internal sealed partial class DemoJson : JsonSerializerContext;

using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that the system needs from outside.</summary>
public class ParameterResource : Resource
{
    private readonly Func<ParameterDefault?, string> callback;

    /// <param name="name">Its name; read from <c>Parameters:{name}</c>.</param>
    /// <param name="callback">Gives the value.</param>
    /// <param name="secret">Whether the value may be shown.</param>
    public ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false) : base(name)
        => (this.callback, Secret) = (callback, secret);

    public bool Secret { get; }

    public ParameterDefault? Default { get; set; }

    internal string Value => callback(Default);
}

/// <summary>What a parameter is when nobody sets it.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

/// <summary>A random value of letters and digits.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    public int MinLength { get; set; } = 22;

    public bool Special { get; set; } = true;

    public override string GetDefaultValue()
        => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", MinLength);
}

/// <summary>A connection string that somebody else's server answers to.</summary>
internal sealed class ConnectionStringParameterResource(string name, IConfiguration configuration) : Resource(name), IResourceWithConnectionString
{
    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => new(configuration.GetConnectionString(Name)
        ?? throw new DistributedApplicationException($"ConnectionStrings__{Name} is not set: --external takes the servers from the environment."));
}

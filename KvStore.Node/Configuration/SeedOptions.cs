using System.Globalization;

namespace KvStore.Node.Configuration;

/// <summary>One entry of <see cref="NodeOptions.Seeds"/>.</summary>
/// <param name="Port">The gRPC port, or the first of a scan.</param>
/// <param name="PortLast">The last port of a scan; else <paramref name="Port"/>.</param>
internal sealed record SeedOptions(SeedKind Kind, string Host, int Port, int PortLast)
{
    public override string ToString() => Kind switch
    {
        SeedKind.Names => string.Create(CultureInfo.InvariantCulture, $"dns:{Host}:{Port}"),
        SeedKind.Scan => string.Create(CultureInfo.InvariantCulture, $"scan:{Host}:{Port}-{PortLast}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}"),
    };
}

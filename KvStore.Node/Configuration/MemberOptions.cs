namespace KvStore.Node.Configuration;

/// <summary>A member of the first epoch as the configuration gives it: <c>KvStore:Members:0:Name</c> and so on.</summary>
/// <param name="Name">As <see cref="NodeOptions.Name"/> on that member.</param>
/// <param name="Http">Base address of REST and health, <c>http://host:port</c>, as others reach it.</param>
/// <param name="Grpc">Base address for clients and peers over h2c, <c>http://host:port</c>, as others reach it.</param>
/// <param name="Zone">As <see cref="NodeOptions.Zone"/> on that member.</param>
internal sealed record MemberOptions(string Name, string Http, string Grpc, string Zone);

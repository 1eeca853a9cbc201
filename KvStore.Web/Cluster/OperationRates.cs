namespace KvStore.Web.Cluster;

/// <summary>Operations a second that a member coordinated.</summary>
public readonly record struct OperationRates(double Reads, double Writes, double Failures)
{
    public double All => Reads + Writes;
}

using KvStore.Node.Registers;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>One mistake at most: around the product's code, or within its protocol.</summary>
internal readonly record struct PlantedMistake(ClusterPlant Around, ProtocolFlaw Within)
{
    public static readonly PlantedMistake None = default;

    /// <summary>Every mistake, by name.</summary>
    public static IReadOnlyList<PlantedMistake> All { get; } =
    [
        .. Enum.GetValues<ClusterPlant>().Where(plant => plant != ClusterPlant.None).Select(plant => (PlantedMistake)plant),
        .. Enum.GetValues<ProtocolFlaw>().Where(flaw => flaw != ProtocolFlaw.None).Select(flaw => (PlantedMistake)flaw),
    ];

    public bool IsNone => this == None;

    /// <summary>Whether it only shows while members change.</summary>
    public bool IsOfTopology => Within >= ProtocolFlaw.JointQuorumIgnored;

    /// <summary>Whether it only shows where a key has one owner.</summary>
    public bool IsOfSoleOwners => Within is ProtocolFlaw.SoleWhileJoint or ProtocolFlaw.SoleIgnoresPromises or ProtocolFlaw.SoleAnswersEarly;

    public static implicit operator PlantedMistake(ClusterPlant plant) => new(plant, ProtocolFlaw.None);

    public static implicit operator PlantedMistake(ProtocolFlaw flaw) => new(ClusterPlant.None, flaw);

    public static bool TryParse(string name, out PlantedMistake mistake)
    {
        mistake = All.FirstOrDefault(other => other.ToString() == name);
        return !mistake.IsNone;
    }

    public override string ToString() => Around != ClusterPlant.None ? Around.ToString() : Within.ToString();
}

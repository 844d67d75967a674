#include "registry/exchange/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace muster::exchange {
namespace {

// In bytewise order.

constexpr std::array<std::string_view, 41> biz_steps{"accepting",
                                                     "arriving",
                                                     "assembling",
                                                     "collecting",
                                                     "commissioning",
                                                     "consigning",
                                                     "creating_class_instance",
                                                     "cycle_counting",
                                                     "decommissioning",
                                                     "departing",
                                                     "destroying",
                                                     "disassembling",
                                                     "dispensing",
                                                     "encoding",
                                                     "entering_exiting",
                                                     "holding",
                                                     "inspecting",
                                                     "installing",
                                                     "killing",
                                                     "loading",
                                                     "other",
                                                     "packing",
                                                     "picking",
                                                     "receiving",
                                                     "removing",
                                                     "repackaging",
                                                     "repairing",
                                                     "replacing",
                                                     "reserving",
                                                     "retail_selling",
                                                     "sampling",
                                                     "sensor_reporting",
                                                     "shipping",
                                                     "staging_outbound",
                                                     "stock_taking",
                                                     "stocking",
                                                     "storing",
                                                     "transporting",
                                                     "unloading",
                                                     "unpacking",
                                                     "void_shipping"};
constexpr std::array<std::string_view, 33> dispositions{"active",
                                                        "available",
                                                        "completeness_inferred",
                                                        "completeness_verified",
                                                        "conformant",
                                                        "container_closed",
                                                        "container_open",
                                                        "damaged",
                                                        "destroyed",
                                                        "dispensed",
                                                        "disposed",
                                                        "encoded",
                                                        "expired",
                                                        "in_progress",
                                                        "in_transit",
                                                        "inactive",
                                                        "mismatch_class",
                                                        "mismatch_instance",
                                                        "mismatch_quantity",
                                                        "needs_replacement",
                                                        "no_pedigree_match",
                                                        "non_conformant",
                                                        "non_sellable_other",
                                                        "partially_dispensed",
                                                        "recalled",
                                                        "reserved",
                                                        "retail_sold",
                                                        "returned",
                                                        "sellable_accessible",
                                                        "sellable_not_accessible",
                                                        "stolen",
                                                        "unavailable",
                                                        "unknown"};
constexpr std::array<std::string_view, 13> transaction_types{
    "bol",       "cert",   "desadv", "inv",     "pedigree", "po",   "poc",
    "prodorder", "recadv", "rma",    "testprd", "testres",  "upevt"};
constexpr std::array<std::string_view, 3> source_types{"location", "owning_party",
                                                       "possessing_party"};
constexpr std::array<std::string_view, 2> error_reasons{"did_not_occur", "incorrect_data"};
constexpr std::array<std::string_view, 72> measurement_types{"AbsoluteHumidity",
                                                             "AbsorbedDose",
                                                             "AbsorbedDoseRate",
                                                             "Acceleration",
                                                             "Altitude",
                                                             "AmountOfSubstance",
                                                             "AmountOfSubstancePerUnitVolume",
                                                             "Angle",
                                                             "AngularAcceleration",
                                                             "AngularMomentum",
                                                             "AngularVelocity",
                                                             "Area",
                                                             "Capacitance",
                                                             "Conductance",
                                                             "Conductivity",
                                                             "Count",
                                                             "Density",
                                                             "Dimensionless",
                                                             "DoseEquivalent",
                                                             "DoseEquivalentRate",
                                                             "DynamicViscosity",
                                                             "ElectricCharge",
                                                             "ElectricCurrent",
                                                             "ElectricCurrentDensity",
                                                             "ElectricFieldStrength",
                                                             "Energy",
                                                             "Exposure",
                                                             "Force",
                                                             "Frequency",
                                                             "Illuminance",
                                                             "Inductance",
                                                             "Irradiance",
                                                             "KinematicViscosity",
                                                             "Length",
                                                             "LinearMomentum",
                                                             "Luminance",
                                                             "LuminousFlux",
                                                             "LuminousIntensity",
                                                             "MagneticFlux",
                                                             "MagneticFluxDensity",
                                                             "MagneticVectorPotential",
                                                             "Mass",
                                                             "MassConcentration",
                                                             "MassFlowRate",
                                                             "MassPerAreaTime",
                                                             "MemoryCapacity",
                                                             "MolalityOfSolute",
                                                             "MolarEnergy",
                                                             "MolarMass",
                                                             "MolarVolume",
                                                             "Power",
                                                             "Pressure",
                                                             "RadiantFlux",
                                                             "RadiantIntensity",
                                                             "Radioactivity",
                                                             "RelativeHumidity",
                                                             "Resistance",
                                                             "Resistivity",
                                                             "SolidAngle",
                                                             "SpecificVolume",
                                                             "Speed",
                                                             "SurfaceDensity",
                                                             "SurfaceTension",
                                                             "Temperature",
                                                             "Time",
                                                             "Torque",
                                                             "Voltage",
                                                             "Volume",
                                                             "VolumeFlowRate",
                                                             "VolumeFraction",
                                                             "VolumetricFlux",
                                                             "Wavenumber"};
constexpr std::array<std::string_view, 2> alert_types{"ALARM_CONDITION", "ERROR_CONDITION"};
constexpr std::array<std::string_view, 14> components{"altitude",
                                                      "axial_distance",
                                                      "azimuth",
                                                      "easting",
                                                      "elevation_angle",
                                                      "height",
                                                      "latitude",
                                                      "longitude",
                                                      "northing",
                                                      "polar_angle",
                                                      "spherical_radius",
                                                      "x",
                                                      "y",
                                                      "z"};

struct List {
  std::string_view text;
  std::span<const std::string_view> words;
};

List list_of(Vocabulary vocabulary) {
  switch (vocabulary) {
    case Vocabulary::biz_step:
      return {"a business step of the CBV", biz_steps};
    case Vocabulary::disposition:
      return {"a disposition of the CBV", dispositions};
    case Vocabulary::transaction_type:
      return {"a business transaction type of the CBV", transaction_types};
    case Vocabulary::source_type:
      return {"a source or destination type of the CBV", source_types};
    case Vocabulary::error_reason:
      return {"an error reason of the CBV", error_reasons};
    case Vocabulary::measurement_type:
      return {"a measurement type of GS1", measurement_types};
    case Vocabulary::alert_type:
      return {"a sensor alert type of GS1", alert_types};
    case Vocabulary::component:
      return {"a component of the CBV", components};
  }
  return {};
}

}  // namespace

bool is_term(Vocabulary vocabulary, std::string_view word) {
  return std::ranges::binary_search(list_of(vocabulary).words, word);
}

std::string_view text_of(Vocabulary vocabulary) { return list_of(vocabulary).text; }

}  // namespace muster::exchange
